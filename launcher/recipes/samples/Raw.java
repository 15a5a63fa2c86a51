import java.util.ArrayList;
import java.util.Date;
import java.util.List;

class Raw {
  List fill() {
    List list = new ArrayList();
    list.add(new Date(99, 1, 1));
    return list;
  }
}
