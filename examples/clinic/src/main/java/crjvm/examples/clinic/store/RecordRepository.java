package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.ClinicRecord;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.JpaSpecificationExecutor;
import org.springframework.data.repository.NoRepositoryBean;

/** What all repositories can do: Spring Data's usual, and searches put together at run time. */
@NoRepositoryBean
public interface RecordRepository<T extends ClinicRecord>
    extends JpaRepository<T, Long>, JpaSpecificationExecutor<T> {}
