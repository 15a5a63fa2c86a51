%%
%class Shadowed
%standalone
%%
[a-z]+   { }
"never"  { }
