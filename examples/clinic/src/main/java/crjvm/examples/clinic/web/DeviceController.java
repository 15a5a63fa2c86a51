package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.Device;
import crjvm.examples.clinic.store.RecordStore;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** The pages of devices. */
@Controller
@RequestMapping("/devices")
@Order(10) // the place in the navigation
class DeviceController extends RecordController<Device> {
  DeviceController(RecordStore store) {
    super(
        new Section<>(Device.class, "devices", "Device", "Devices")
            .column("name", "Name")
            .column("serialNumber", "Serial number")
            .column("room", "Room")
            .field("boughtOn", "Bought on")
            .column("nextInspection", "Next inspection"),
        store);
  }
}
