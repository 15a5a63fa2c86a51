%%
%class Broken
%%
[a-z { }
