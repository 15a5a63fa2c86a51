package lang;

%%
%public
%class Language
%type String
%unicode
%line
%column
%state STRING COMMENT
%{
  private final StringBuilder text = new StringBuilder();
%}
Identifier = [:jletter:] [:jletterdigit:]*
Space = [ \t\f\r\n]
%%
<YYINITIAL> {
  "if" | "else" | "while"  { return "keyword " + yytext(); }
  {Identifier}             { return "name " + yytext(); }
  0 | [1-9][0-9]*          { return "number " + yytext(); }
  \"                       { text.setLength(0); yybegin(STRING); }
  "/*"                     { yybegin(COMMENT); }
  {Space}                  { }
  [+*/=<>!(){};-]          { return "symbol " + yytext(); }
}
<STRING> {
  \"                       { yybegin(YYINITIAL); return "string " + text; }
  [^\n\r\"\\]+             { text.append(yytext()); }
  \\.                      { text.append(yytext().charAt(1)); }
}
<COMMENT> {
  "*/"                     { yybegin(YYINITIAL); }
  [^]                      { }
}
[^]                        { throw new IllegalStateException("at " + yyline + ":" + yycolumn); }
