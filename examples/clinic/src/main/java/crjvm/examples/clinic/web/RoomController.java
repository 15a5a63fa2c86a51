package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.Device;
import crjvm.examples.clinic.model.Room;
import crjvm.examples.clinic.store.RecordStore;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** The pages of rooms. */
@Controller
@RequestMapping("/rooms")
@Order(9) // the place in the navigation
class RoomController extends RecordController<Room> {
  RoomController(RecordStore store) {
    super(
        new Section<>(Room.class, "rooms", "Room", "Rooms")
            .column("code", "Code")
            .column("kind", "Kind")
            .column("department", "Department")
            .column("seats", "Seats")
            .related(Device.class, "room"),
        store);
  }
}
