Participant,Signature,"Accession(a), Succession(d), Ratification"
Argentina,,13 Nov 2014 a
Bolivia (Plurinational State of),,6 Oct 1983 a
Brazil,,25 Oct 2007 a
Colombia,,15 Aug 2014 a
Côte d'Ivoire,,3 Oct 2013 a
Czech Republic,,19 Dec 2001 a
Ecuador,,24 Sep 2012 a
Finland,,7 Aug 2008 a
Germany,,31 Aug 1977 a
Montenegro,,5 Dec 2013 a
Netherlands,30 Aug 1961,13 May 1985
Paraguay,,6 Jun 2012 a
Peru,,18 Dec 2014 a
Serbia,,7 Dec 2011 a
Uruguay,,21 Sep 2001 a
