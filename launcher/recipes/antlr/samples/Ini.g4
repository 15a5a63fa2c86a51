lexer grammar Ini;
SECTION: '[' -> mode(HEADER);
KEY: ~[=\r\n[]+ '=' -> pushMode(VALUE);
LINE: '\r'? '\n' -> channel(HIDDEN);
mode HEADER;
TITLE: [a-z] [a-z0-9-]*;
END: ']' -> mode(DEFAULT_MODE);
mode VALUE;
TEXT: ~[\r\n]+ -> popMode;
