Participant,"Accession(a), Succession(d)"
Algeria,8 Nov 1967 a
Argentina,6 Dec 1967 a
Bolivia (Plurinational State of),9 Feb 1982 a
Brazil,7 Apr 1972 a
Cabo Verde,9 Jul 1987 a
Chile,27 Apr 1972 a
Colombia,4 Mar 1980 a
Côte d'Ivoire,16 Feb 1970 a
Czech Republic,11 May 1993 d
Ecuador,6 Mar 1969 a
Finland,10 Oct 1968 a
Germany,5 Nov 1969 a
Haiti,25 Sep 1984 a
Japan,1 Jan 1982 a
Mexico,7 Jun 2000 a
Montenegro,10 Oct 2006 d
Namibia,17 Feb 1995 a
Netherlands,29 Nov 1968 a
Paraguay,1 Apr 1970 a
Peru,15 Sep 1983 a
Republic of Korea,3 Dec 1992 a
Serbia,12 Mar 2001 d
Spain,14 Aug 1978 a
St. Vincent and the Grenadines,3 Nov 2003 a
Suriname,29 Nov 1978 d
Uruguay,22 Sep 1970 a
Venezuela (Bolivarian Republic of),19 Sep 1986 a
