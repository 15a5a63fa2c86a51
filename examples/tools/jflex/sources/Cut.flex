%%
%class Cut
