namespace Gateway.Service.Health;

/// <summary>What the service has done since it started.</summary>
internal sealed class ServiceCounts
{
    private long received;
    private long duplicates;
    private long newVersions;
    private long refused;
    private long quarantined;
    private long bytes;

    public long Received => Interlocked.Read(ref received);

    public long Duplicates => Interlocked.Read(ref duplicates);

    public long NewVersions => Interlocked.Read(ref newVersions);

    public long Refused => Interlocked.Read(ref refused);

    public long Quarantined => Interlocked.Read(ref quarantined);

    /// <summary>The bytes of the data sets received.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    public void AddReceived(long length)
    {
        Interlocked.Increment(ref received);
        Interlocked.Add(ref bytes, length);
    }

    public void AddQuarantined() => Interlocked.Increment(ref quarantined);

    public void AddDuplicate() => Interlocked.Increment(ref duplicates);

    public void AddNewVersion() => Interlocked.Increment(ref newVersions);

    public void AddRefused() => Interlocked.Increment(ref refused);
}
