Participant,"Signature, Succession to signature(d)","Ratification, Accession(a), Succession(d)"
Algeria,,21 Apr 2005 a
Argentina,10 Aug 2004,23 Feb 2007
Bolivia (Plurinational State of),,16 Oct 2000 a
Cabo Verde,,16 Sep 1997 a
Chile,24 Sep 1993,21 Mar 2005
Colombia,,24 May 1995 a
Ecuador,,5 Feb 2002 a
Guyana,15 Sep 2005,7 Jul 2010
Haiti,5 Dec 2013,
Mexico,22 May 1991,8 Mar 1999
Montenegro,23 Oct 2006 d,
Paraguay,13 Sep 2000,23 Sep 2008
Peru,22 Sep 2004,14 Sep 2005
Serbia,11 Nov 2004,
St. Vincent and the Grenadines,,29 Oct 2010 a
Uruguay,,15 Feb 2001 a
Venezuela (Bolivarian Republic of),4 Oct 2011,
