namespace Gateway.Service.Health;

/// <summary>What the service has done since it started.</summary>
internal sealed class ServiceCounts
{
    private long received;
    private long duplicates;
    private long newVersions;
    private long refused;

    public long Received => Interlocked.Read(ref received);

    public long Duplicates => Interlocked.Read(ref duplicates);

    public long NewVersions => Interlocked.Read(ref newVersions);

    public long Refused => Interlocked.Read(ref refused);

    public void AddReceived() => Interlocked.Increment(ref received);

    public void AddDuplicate() => Interlocked.Increment(ref duplicates);

    public void AddNewVersion() => Interlocked.Increment(ref newVersions);

    public void AddRefused() => Interlocked.Increment(ref refused);
}
