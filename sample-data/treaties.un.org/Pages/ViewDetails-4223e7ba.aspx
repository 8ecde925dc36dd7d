Participant,Signature,"Accession(a), Succession(d), Ratification"
Algeria,,15 Jul 1964 a
Argentina,,1 Jun 1972 a
Bolivia (Plurinational State of),,6 Oct 1983 a
Brazil,28 Sep 1954,13 Aug 1996
Colombia,30 Dec 1954,
Côte d'Ivoire,,3 Oct 2013 a
Czech Republic,,19 Jul 2004 a
Ecuador,28 Sep 1954,2 Oct 1970
Finland,,10 Oct 1968 a
Germany,28 Sep 1954,26 Oct 1976
Mexico,,7 Jun 2000 a
Montenegro,,23 Oct 2006 d
Netherlands,28 Sep 1954,12 Apr 1962
Paraguay,,1 Jul 2014 a
Peru,,23 Jan 2014 a
Republic of Korea,,22 Aug 1962 a
Serbia,,12 Mar 2001 d
Spain,,12 May 1997 a
St. Vincent and the Grenadines,,27 Apr 1999 d
Uruguay,,2 Apr 2004 a
