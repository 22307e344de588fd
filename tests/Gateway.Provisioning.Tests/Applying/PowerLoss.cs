using Gateway.Provisioning.Applying;

namespace Gateway.Provisioning.Tests.Applying;

/// <summary>The power goes: nothing runs any more, no catch, no clean-up. The engine lets it through as it would a kill, because its token is cancelled.</summary>
internal sealed class PowerLossException : OperationCanceledException;

/// <summary>Where, around one journal write, the power goes.</summary>
public enum Moment
{
    /// <summary>Before the line is written: what it was to announce has not begun; what came before it is done.</summary>
    Before,

    /// <summary>In the middle of the line.</summary>
    Torn,

    /// <summary>After the line is on the device, before the anchor is.</summary>
    Unanchored,

    /// <summary>After the line and the anchor are on the device, before anything else.</summary>
    After,
}

/// <summary>A journal whose n-th write is the machine's last moment.</summary>
internal sealed class DyingJournalFile(IJournalFile inner, int dyingWrite, Moment moment) : IJournalFile, IDisposable
{
    private readonly CancellationTokenSource power = new();

    /// <summary>Cancelled when the power goes.</summary>
    public CancellationToken Power => power.Token;

    public int Writes { get; private set; }

    public string Name => inner.Name;

    public (byte[] Lines, JournalAnchor? Anchor) Read() => inner.Read();

    public void Append(long offset, byte[] bytes)
    {
        if (++Writes == dyingWrite && moment == Moment.Torn)
            inner.Append(offset, bytes[..(bytes.Length / 2)]);
        if (Writes == dyingWrite && moment is Moment.Before or Moment.Torn)
            Die();
        inner.Append(offset, bytes);
    }

    public void Anchor(JournalAnchor anchor)
    {
        if (Writes == dyingWrite && moment == Moment.Unanchored)
            Die();
        inner.Anchor(anchor);
        if (Writes == dyingWrite && moment == Moment.After)
            Die();
    }

    public void Dispose() => power.Dispose();

    private void Die()
    {
        power.Cancel();
        throw new PowerLossException();
    }
}
