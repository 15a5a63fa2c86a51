%%
%class Numbers
%type int
%%
[0-9]+       { return Integer.parseInt(yytext()); }
[ \t\r\n]+   { /* between them */ }
