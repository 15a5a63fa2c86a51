package crjvm.servers.lucene;

import crjvm.servers.Payload;
import crjvm.servers.Store;
import crjvm.servers.StoreServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.FSDirectory;

/** Documents of Lucene. Each is committed separately, and the writer stays open. */
public final class LuceneServer implements Store {
  private static final String NUMBER = "number";
  private static final String TEXT = "text";

  private final IndexWriter writer;

  private LuceneServer() throws IOException {
    writer = new IndexWriter(FSDirectory.open(Path.of("index")), new IndexWriterConfig());
  }

  @Override
  public synchronized void add(int number) throws IOException {
    Document document = new Document();
    document.add(new StringField(NUMBER, Integer.toString(number), Field.Store.YES));
    document.add(new StoredField(TEXT, Payload.of(number)));
    writer.addDocument(document);
    writer.commit();
  }

  @Override
  public synchronized List<Integer> numbers() throws IOException {
    List<Integer> numbers = new ArrayList<>();
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      StoredFields fields = searcher.storedFields();
      int most = Math.max(1, reader.maxDoc());
      for (ScoreDoc found : searcher.search(new MatchAllDocsQuery(), most).scoreDocs) {
        Document document = fields.document(found.doc);
        int number = Integer.parseInt(document.get(NUMBER));
        numbers.add(Payload.check(number, document.get(TEXT)));
        if (searcher.count(new TermQuery(new Term(NUMBER, document.get(NUMBER)))) == 0) {
          throw new IllegalStateException("the index does not find " + number);
        }
      }
    }
    return numbers;
  }

  @Override
  public synchronized void close() throws IOException {
    writer.close();
  }

  public static void main(String[] args) throws Exception {
    StoreServer.run(port -> new LuceneServer(), args);
  }
}
