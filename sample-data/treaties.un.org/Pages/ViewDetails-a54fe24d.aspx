Participant,Signature,"Approval(AA), Acceptance(A), Accession(a), Succession(d), Ratification"
Algeria,,25 Aug 2004 a
Argentina,7 Oct 2002,18 Dec 2006
Brazil,11 Jul 2001,31 Mar 2006
Cabo Verde,,15 Jul 2004 a
Chile,,17 Jun 2010 a
Czech Republic,,24 Sep 2013 a
Ecuador,12 Oct 2001,25 Sep 2013
European Union,16 Jan 2002,21 Mar 2014 AA
Finland,23 Jan 2002,17 May 2011 A
Germany,3 Sep 2002,
Guyana,,2 May 2008 a
Haiti,,19 Apr 2011 a
Japan,9 Dec 2002,
Mexico,31 Dec 2001,10 Apr 2003
Montenegro,,23 Oct 2006 d
Netherlands,,8 Feb 2005 a
Paraguay,,27 Sep 2007 a
Peru,,23 Sep 2003 a
Republic of Korea,4 Oct 2001,
Serbia,,20 Dec 2005 a
Spain,,9 Feb 2007 a
St. Kitts and Nevis,,21 May 2004 a
St. Vincent and the Grenadines,,29 Oct 2010 a
Uruguay,,3 Apr 2008 a
Venezuela (Bolivarian Republic of),,10 Jun 2013 a
