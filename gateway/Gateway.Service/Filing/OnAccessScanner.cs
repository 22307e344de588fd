namespace Gateway.Service.Filing;

/// <summary>
/// A scanner that looks at each file by itself, when it is written or opened: it is given a moment. What it does is seen by the file, which is
/// gone then, cannot be read, or is another. Whether there is such a scanner nobody can tell from here.
/// </summary>
internal sealed class OnAccessScanner(TimeProvider time) : IDocumentScanner
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    public string Name => "on access";

    public async Task<ScanVerdict> ScanAsync(string path, CancellationToken cancellation)
    {
        await Task.Delay(Moment, time, cancellation);
        return new ScanVerdict.Clean();
    }
}
