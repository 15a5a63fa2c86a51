print("ok");
function (