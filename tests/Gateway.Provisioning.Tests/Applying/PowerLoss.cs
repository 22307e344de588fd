using Gateway.Provisioning.Applying;

namespace Gateway.Provisioning.Tests.Applying;

/// <summary>The power goes: nothing runs any more, no catch, no clean-up. The engine lets it through as it would a kill.</summary>
internal sealed class PowerLossException : OperationCanceledException;

/// <summary>Where, around one journal write, the power goes.</summary>
public enum Moment
{
    /// <summary>Before the line is written: what it was to announce has not begun; what came before it is done.</summary>
    Before,

    /// <summary>In the middle of the line.</summary>
    Torn,

    /// <summary>After the line is on the device, before anything else.</summary>
    After,
}

/// <summary>A journal whose n-th write is the machine's last moment.</summary>
internal sealed class DyingJournalFile(IJournalFile inner, int dyingWrite, Moment moment) : IJournalFile
{
    public int Writes { get; private set; }

    public string Name => inner.Name;

    public byte[] Read() => inner.Read();

    public void Append(long offset, byte[] bytes)
    {
        if (++Writes == dyingWrite)
        {
            if (moment == Moment.Torn)
                inner.Append(offset, bytes[..(bytes.Length / 2)]);
            if (moment == Moment.After)
                inner.Append(offset, bytes);
            throw new PowerLossException();
        }

        inner.Append(offset, bytes);
    }
}
