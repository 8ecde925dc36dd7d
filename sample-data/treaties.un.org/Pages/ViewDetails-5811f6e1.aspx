Participant,Signature,"Ratification, Acceptance(A), Approval(AA), Accession(a), Succession(d)"
Algeria,6 Jun 2001,9 Mar 2004
Argentina,12 Dec 2000,19 Nov 2002
Bolivia (Plurinational State of),12 Dec 2000,18 May 2006
Brazil,12 Dec 2000,29 Jan 2004
Cabo Verde,13 Dec 2000,15 Jul 2004
Chile,8 Aug 2002,29 Nov 2004
Colombia,12 Dec 2000,4 Aug 2004
Côte d'Ivoire,,25 Oct 2012 a
Czech Republic,10 Dec 2002,
Ecuador,13 Dec 2000,17 Sep 2002
European Union,12 Dec 2000,6 Sep 2006 AA
Finland,12 Dec 2000,7 Sep 2006 A
Germany,12 Dec 2000,14 Jun 2006
Guyana,,14 Sep 2004 a
Haiti,13 Dec 2000,19 Apr 2011
Japan,9 Dec 2002,
Mexico,13 Dec 2000,4 Mar 2003
Montenegro,,23 Oct 2006 d
Namibia,13 Dec 2000,16 Aug 2002
Netherlands,12 Dec 2000,27 Jul 2005 A
Paraguay,12 Dec 2000,22 Sep 2004
Peru,14 Dec 2000,23 Jan 2002
Republic of Korea,13 Dec 2000,
Serbia,12 Dec 2000,6 Sep 2001
Spain,13 Dec 2000,1 Mar 2002
St. Kitts and Nevis,,21 May 2004 a
St. Lucia,,16 Jul 2013 a
St. Vincent and the Grenadines,20 Nov 2002,29 Oct 2010
Suriname,,25 May 2007 a
Uruguay,13 Dec 2000,4 Mar 2005
Venezuela (Bolivarian Republic of),14 Dec 2000,13 May 2002
