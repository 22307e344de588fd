using System.Buffers.Binary;
using Gateway.Provisioning.Machines.Windows;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows;

/// <summary>Whether a service is restarted when it fails is a matter of what is done, not of how much.</summary>
public class FailureActionsTests
{
    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 1, 1, 1)]
    [InlineData(false)]
    [InlineData(false, 0, 0, 0)]
    [InlineData(false, 2)]
    [InlineData(false, 1, 1, 0)]
    [InlineData(false, 3, 1)]
    public void Only_restarts_restart(bool restarts, params int[] types)
    {
        var value = new byte[20 + (8 * types.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(value, 86400);
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(12), types.Length);
        for (var i = 0; i < types.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(20 + (8 * i)), types[i]);
            BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(24 + (8 * i)), 5000);
        }

        Assert.Equal(restarts, FailureActions.Restarts(value));
        Assert.Equal(restarts && types.Length == 0, FailureActions.Restarts(value[..^1]));
    }

    [Fact]
    public void Nothing_and_nonsense_restart_nothing()
    {
        Assert.False(FailureActions.Restarts(null));
        Assert.False(FailureActions.Restarts([1, 2, 3]));
        Assert.False(FailureActions.Restarts([.. Enumerable.Repeat((byte)0xff, 64)]));
    }
}
