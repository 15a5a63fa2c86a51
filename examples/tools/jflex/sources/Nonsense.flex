%%
%nonsense
%%
"a" { }
