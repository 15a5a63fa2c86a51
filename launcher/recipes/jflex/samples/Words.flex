%%
%class Words
%standalone
%unicode
%line
%%
[a-zA-Z]+    { System.out.println("word " + yytext() + " in line " + yyline); }
[0-9]+       { System.out.println("number " + yytext()); }
[^]          { }
