%%
%class Unknown
%%
{Nothing} { }
