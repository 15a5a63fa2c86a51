lexer grammar Words;
WORD: [a-z]+;
SPACE: [ \n]+ -> channel(HIDDEN);
