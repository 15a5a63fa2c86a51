package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.Appointment;
import crjvm.examples.clinic.model.Practitioner;
import crjvm.examples.clinic.store.RecordStore;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** The pages of practitioners. */
@Controller
@RequestMapping("/practitioners")
@Order(7) // the place in the navigation
class PractitionerController extends RecordController<Practitioner> {
  PractitionerController(RecordStore store) {
    super(
        new Section<>(Practitioner.class, "practitioners", "Practitioner", "Practitioners")
            .column("lastName", "Last name")
            .column("firstName", "First name")
            .column("profession", "Profession")
            .column("department", "Department")
            .field("email", "Email")
            .field("licensedSince", "Licensed since")
            .related(Appointment.class, "practitioner"),
        store);
  }
}
