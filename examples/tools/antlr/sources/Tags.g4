lexer grammar Tags;
OPEN: '<' -> pushMode(INSIDE);
TEXT: ~'<'+;
mode INSIDE;
CLOSE: '>' -> popMode;
NAME: [a-zA-Z]+;
BLANK: [ \t\r\n]+ -> skip;
