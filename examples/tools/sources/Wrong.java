import java.util.List;

class Wrong {
  final String name;

  int size(List<String> list) {
    for (int each : list) {
      String unused = each;
    }
    Strin text = null;
    return list.length();
  }
}
