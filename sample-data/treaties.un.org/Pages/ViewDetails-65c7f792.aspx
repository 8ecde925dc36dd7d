Participant,Signature,"Ratification, Acceptance(A), Accession(a), Succession(d)"
Algeria,26 Jan 1990,16 Apr 1993
Argentina,29 Jun 1990,4 Dec 1990
Bolivia (Plurinational State of),8 Mar 1990,26 Jun 1990
Brazil,26 Jan 1990,24 Sep 1990
Cabo Verde,,4 Jun 1992 a
Chile,26 Jan 1990,13 Aug 1990
Czech Republic,,22 Feb 1993 d
Ecuador,26 Jan 1990,23 Mar 1990
Finland,26 Jan 1990,20 Jun 1991
Germany,26 Jan 1990,6 Mar 1992
Guyana,30 Sep 1990,14 Jan 1991
Haiti,26 Jan 1990,8 Jun 1995
Japan,21 Sep 1990,22 Apr 1994
Mexico,26 Jan 1990,21 Sep 1990
Montenegro,,23 Oct 2006 d
Namibia,26 Sep 1990,30 Sep 1990
Netherlands,26 Jan 1990,6 Feb 1995 A
Paraguay,4 Apr 1990,25 Sep 1990
Peru,26 Jan 1990,4 Sep 1990
Republic of Korea,25 Sep 1990,20 Nov 1991
Serbia,,12 Mar 2001 d
Spain,26 Jan 1990,6 Dec 1990
St. Kitts and Nevis,26 Jan 1990,24 Jul 1990
St. Vincent and the Grenadines,20 Sep 1993,26 Oct 1993
Suriname,26 Jan 1990,1 Mar 1993
Uruguay,26 Jan 1990,20 Nov 1990
Venezuela (Bolivarian Republic of),26 Jan 1990,13 Sep 1990
