namespace Gateway.Dicom.UpperLayer.Protocol;

/// <summary>
/// Watches how long the peer keeps an established association waiting. The time runs while a PDU is being sent, and while one is awaited
/// and this side owes no answer; each PDU either way starts it again. One timer serves the connection for all its PDUs.
/// </summary>
internal sealed class IdleWatch(TimeProvider time) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Deadline deadline = new(time);
    private TimeSpan allowed;
    private int reads;
    private int writes;
    private int owed;

    public Deadline Deadline => deadline;

    public void BeginRead(TimeSpan patience) => Change(1, 0, 0, patience);

    public void EndRead() => Change(-1, 0, 0, allowed);

    public void BeginWrite(TimeSpan patience) => Change(0, 1, 0, patience);

    public void EndWrite() => Change(0, -1, 0, allowed);

    /// <summary>This side works on an answer; the peer may wait for it.</summary>
    public void BeginAnswer() => Change(0, 0, 1, allowed);

    /// <summary>The answer is sent, or never will be.</summary>
    public void EndAnswer() => Change(0, 0, -1, allowed);

    public void Dispose() => deadline.Dispose();

    private void Change(int read, int write, int answer, TimeSpan patience)
    {
        lock (gate)
        {
            (reads, writes, owed, allowed) = (reads + read, writes + write, owed + answer, patience);
            if (writes > 0 || (reads > 0 && owed == 0))
                deadline.Start(allowed);
            else
                deadline.Stop();
        }
    }
}
