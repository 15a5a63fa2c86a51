grammar Name;
start: A;
A: 'a' ;
B: 'b
