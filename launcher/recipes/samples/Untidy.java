import java.util.*;
import java.io.IOException;
public class Untidy
{
    int  count;   String name = "x"+1 ;
  public int add( int a,int b ){ if(a>b){return a-b;}
     else return a+b; }
	static <T extends Comparable<T>> T max(List<? extends T> list)throws IOException{
      T best=null;
      for(T each:list) if(best==null||each.compareTo(best)>0) best=each;
      Runnable r=()->{ System.out.println( "done" );};
      r.run(); switch(list.size()){ case 0: throw new IOException("empty"); default: break; }
      return best;
    }
}
