package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.ClinicRecord;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.JpaSpecificationExecutor;
import org.springframework.data.repository.NoRepositoryBean;

/**
 * The operations of all repositories: those of Spring Data, and searches that are composed at run
 * time.
 */
@NoRepositoryBean
public interface RecordRepository<T extends ClinicRecord>
    extends JpaRepository<T, Long>, JpaSpecificationExecutor<T> {}
