parser grammar TagsParser;
options { tokenVocab = Tags; }
page: (tag | TEXT)* EOF;
tag: OPEN NAME CLOSE;
