grammar Calculator;
start: (expression NEWLINE)* EOF;
expression: expression op=('*' | '/') expression # product
          | expression op=('+' | '-') expression # sum
          | NUMBER                               # number
          | '(' expression ')'                   # group
          ;
NUMBER: [0-9]+ ('.' [0-9]+)?;
NEWLINE: '\r'? '\n';
SPACE: [ \t]+ -> skip;
