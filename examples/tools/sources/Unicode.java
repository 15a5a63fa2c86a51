class Unicode {
  static final String TEXT = "Grüße, 世界, \u00e9, 🙂";
}
