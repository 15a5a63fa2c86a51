grammar Broken;
start: missing EOF;
A: [;
