package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.Diagnosis;
import crjvm.examples.clinic.store.RecordStore;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** The pages of diagnoses. */
@Controller
@RequestMapping("/diagnoses")
@Order(3) // the place in the navigation
class DiagnosisController extends RecordController<Diagnosis> {
  DiagnosisController(RecordStore store) {
    super(
        new Section<>(Diagnosis.class, "diagnoses", "Diagnosis", "Diagnoses")
            .column("code", "Code")
            .column("title", "Title")
            .column("patient", "Patient")
            .column("practitioner", "Practitioner")
            .column("madeOn", "Made on")
            .field("chronic", "Chronic"),
        store);
  }
}
