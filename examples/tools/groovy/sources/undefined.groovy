println "ok"
println undefinedName
