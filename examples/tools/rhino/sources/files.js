var text = readFile("fib.js");
print(text.length, text.split("\n").length);
var out = new java.io.FileWriter("made.txt");
out.write("made by rhino\n");
out.close();
