using System.Buffers.Binary;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// What the service control manager does when a service fails, as its database keeps it in the value <c>FailureActions</c>: SERVICE_FAILURE_ACTIONS
/// (reset period, two unused words, count, a word) and then one SC_ACTION (type, delay in milliseconds) each ("SERVICE_FAILURE_ACTIONSW structure", "SC_ACTION structure", Microsoft Learn).
/// </summary>
internal static class FailureActions
{
    /// <summary>SC_ACTION_RESTART; others do nothing (0), restart the computer (2) or run a command (3).</summary>
    public const int Restart = 1;

    private const int CountAt = 12;
    private const int FirstAt = 20;
    private const int Size = 8;

    /// <summary>Whether every failure restarts the service: the last action stands for all further failures.</summary>
    /// <param name="value">The value, or null where there is none.</param>
    public static bool Restarts(byte[]? value)
    {
        if (value is not { Length: >= FirstAt })
            return false;
        var count = BinaryPrimitives.ReadInt32LittleEndian(value.AsSpan(CountAt));
        return count > 0 && value.Length >= FirstAt + ((long)count * Size)
            && Enumerable.Range(0, count).All(i => BinaryPrimitives.ReadInt32LittleEndian(value.AsSpan(FirstAt + (i * Size))) == Restart);
    }
}
