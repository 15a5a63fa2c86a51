package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.LabTest;
import crjvm.examples.clinic.store.RecordStore;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** The pages of lab tests. */
@Controller
@RequestMapping("/lab-tests")
@Order(5) // the place in the navigation
class LabTestController extends RecordController<LabTest> {
  LabTestController(RecordStore store) {
    super(
        new Section<>(LabTest.class, "lab-tests", "Lab test", "Lab tests")
            .column("takenOn", "Taken on")
            .column("patient", "Patient")
            .column("analyte", "Analyte")
            .column("measured", "Measured")
            .field("lowerBound", "Lower bound")
            .field("upperBound", "Upper bound")
            .column("unit", "Unit")
            .column("abnormal", "Abnormal"),
        store);
  }
}
