package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.Appointment;
import crjvm.examples.clinic.store.RecordStore;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** The pages of appointments. */
@Controller
@RequestMapping("/appointments")
@Order(2) // the place in the navigation
class AppointmentController extends RecordController<Appointment> {
  AppointmentController(RecordStore store) {
    super(
        new Section<>(Appointment.class, "appointments", "Appointment", "Appointments")
            .column("startsAt", "Starts at")
            .field("minutes", "Minutes")
            .column("patient", "Patient")
            .column("practitioner", "Practitioner")
            .column("room", "Room")
            .column("status", "Status")
            .field("reason", "Reason"),
        store);
  }
}
