const words = "the quick brown fox jumps over the lazy dog".split(/\s+/);
const counts = {};
words.forEach((word) => (counts[word] = (counts[word] || 0) + 1));
print(JSON.stringify(counts, null, 2));
print(words.map((w) => w.charAt(0).toUpperCase() + w.slice(1)).reverse().join(" "));
print(new Date(Date.UTC(2020, 1, 29)).toISOString(), (0.1 + 0.2).toFixed(3), parseInt("ff", 16));
