new File('made.txt').text = new File('fib.groovy').readLines().size() + ' lines\n'
println new File('made.txt').text
println new File('.').list().sort()
