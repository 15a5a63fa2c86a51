package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.Insurer;
import crjvm.examples.clinic.model.Patient;
import crjvm.examples.clinic.store.RecordStore;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** The pages of insurers. */
@Controller
@RequestMapping("/insurers")
@Order(12) // the place in the navigation
class InsurerController extends RecordController<Insurer> {
  InsurerController(RecordStore store) {
    super(
        new Section<>(Insurer.class, "insurers", "Insurer", "Insurers")
            .column("name", "Name")
            .column("code", "Code")
            .field("email", "Email")
            .related(Patient.class, "insurer"),
        store);
  }
}
