importPackage(java.util);
var list = new ArrayList(Arrays.asList("c", "a", "b"));
Collections.sort(list);
print(list, list.size(), java.lang.String.format("%05d", new java.lang.Integer(42)));
try {
  list.get(7);
} catch (e) {
  print(e.javaException.getClass().getName(), e.message);
}
