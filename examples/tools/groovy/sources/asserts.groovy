assert [1, 2].sum() == 4 : "sum"
