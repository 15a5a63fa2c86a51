print("ok")
function (
