Participant,Signature,"Accession(a), Succession(d), Ratification"
Algeria,,21 Feb 1963 d
Argentina,,15 Nov 1961 a
Bolivia (Plurinational State of),,9 Feb 1982 a
Brazil,15 Jul 1952,16 Nov 1960
Chile,,28 Jan 1972 a
Colombia,28 Jul 1951,10 Oct 1961
Côte d'Ivoire,,8 Dec 1961 d
Czech Republic,,11 May 1993 d
Ecuador,,17 Aug 1955 a
Finland,,10 Oct 1968 a
Germany,19 Nov 1951,1 Dec 1953
Haiti,,25 Sep 1984 a
Japan,,3 Oct 1981 a
Mexico,,7 Jun 2000 a
Montenegro,,10 Oct 2006 d
Namibia,,17 Feb 1995 a
Netherlands,28 Jul 1951,3 May 1956
Paraguay,,1 Apr 1970 a
Peru,,21 Dec 1964 a
Republic of Korea,,3 Dec 1992 a
Serbia,,12 Mar 2001 d
Spain,,14 Aug 1978 a
St. Kitts and Nevis,,1 Feb 2002 a
St. Vincent and the Grenadines,,3 Nov 1993 a
Suriname,,29 Nov 1978 d
Uruguay,,22 Sep 1970 a
