namespace Gateway.Service.Indexing;

/// <summary>Where the database is, for whoever asks how the service is.</summary>
internal sealed class IndexCondition
{
    private long line;
    private volatile bool isAway;
    private volatile bool wasTold;

    /// <summary>The last line of the ledger that the database has.</summary>
    public long Line => Interlocked.Read(ref line);

    /// <summary>Whether the database cannot be reached.</summary>
    public bool IsAway => isAway;

    /// <summary>It has a line.</summary>
    public void At(long number) => Interlocked.Exchange(ref line, number);

    /// <summary>It is away; true where that is news.</summary>
    public bool Away()
    {
        var isNews = !isAway;
        (isAway, wasTold) = (true, false);
        return isNews;
    }

    /// <summary>It is there; true where that is news.</summary>
    public bool IsBack()
    {
        var isNews = !wasTold;
        (isAway, wasTold) = (false, true);
        return isNews;
    }
}
