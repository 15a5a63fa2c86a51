grammar Other;
start: A;
A: 'a';
