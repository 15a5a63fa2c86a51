import groovy.transform.CompileStatic

def map = [one: 1, two: 2, three: 3]
println map.findAll { k, v -> v > 1 }.collect { k, v -> "$k=$v" }.sort()
println((1..10).inject(0) { a, b -> a + b })
println([3, 1, 2].sort { -it })
def (first, second) = 'a,b'.tokenize(',')
println "${first.toUpperCase()}-$second"
switch (map) { case Map: println 'a map'; break; default: println 'other' }

@CompileStatic
class Account {
  BigDecimal balance = 0.0
  Account deposit(BigDecimal amount) { balance += amount; this }
}
println new Account().deposit(10.25).deposit(0.75).balance
println 'x=1;y=2'.split(';').collectEntries { it.split('=') as List }
println((~/(\d+)/).matcher('a1b22').collect { it[0] })
