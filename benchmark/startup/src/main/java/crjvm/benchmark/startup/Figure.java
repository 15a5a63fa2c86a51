package crjvm.benchmark.startup;

/** The figures that are measured. */
enum Figure {
  FIRST("first correct answer", "ms"),
  HUNDRED("100 answers", "ms"),
  P50("p50 of the first 1,000", "ms"),
  P99("p99 of the first 1,000", "ms"),
  FIRST_COLD("first correct answer, cold page cache", "ms"),
  FIRST_TMPFS("first correct answer, image on tmpfs", "ms"),
  COLLECTION("first full GC", "ms"),
  COLLECTION_AGAIN("second full GC", "ms"),
  CHECKPOINT("checkpoint", "s"),
  IMAGE("image or archive of classes", "MB"),
  ARCHIVE("packed", "MB"),
  PSS("sum of PSS", "MB"),
  RSS("sum of RSS", "MB"),
  THROUGHPUT("throughput", "requests/s"),
  STEADY_P50("p50", "ms"),
  STEADY_P99("p99", "ms"),
  FLOOR("time", "ms");

  private final String title;
  private final String unit;

  Figure(String title, String unit) {
    this.title = title;
    this.unit = unit;
  }

  String title() {
    return title;
  }

  String unit() {
    return unit;
  }
}
